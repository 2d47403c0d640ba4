// Bundles the two test telephones into the folder named on the command line: node build.mjs OUT
import { build } from 'esbuild';
import { copyFile, mkdir } from 'node:fs/promises';

const out = process.argv[2] ?? 'out';
await mkdir(out, { recursive: true });
await build({
  entryPoints: { jssip: 'src/jssip.js', sipjs: 'src/sipjs.js' },
  outdir: out,
  bundle: true,
  format: 'iife',
  target: 'chrome111',
  define: { global: 'window' },
  logLevel: 'warning',
});
for (const file of ['ear.js', 'page.html']) await copyFile(`src/${file}`, `${out}/${file}`);
