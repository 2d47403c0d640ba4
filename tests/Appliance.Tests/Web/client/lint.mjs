// The API's own description, as a maintained validator judges it: prints what is wrong.
import { readFileSync } from "node:fs";
import { createConfig, lintFromString } from "@redocly/openapi-core";

const config = await createConfig({
  extends: ["recommended-strict"],
  rules: {
    "info-license": "off", // it describes one's own appliance
    "no-unused-components": "off", // an event is the data of a stream, which has no form of its own in OpenAPI
    "operation-4xx-response": "off", // every refusal is the one problem of `default`
  },
});
const problems = await lintFromString({ source: readFileSync("openapi.json", "utf8"), absoluteRef: "openapi.json", config });
for (const problem of problems) console.log(`${problem.ruleId}: ${problem.message} (${problem.location[0]?.pointer})`);
if (problems.length === 0) console.log("valid");
