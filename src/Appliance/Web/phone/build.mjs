// Bundles the page into the folder named on the command line: node build.mjs OUT
import { build } from 'esbuild';
import { copyFile, mkdir } from 'node:fs/promises';

const out = process.argv[2] ?? 'out';
await mkdir(out, { recursive: true });
await build({
  entryPoints: { phone: 'src/main.js' },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome111', 'firefox115', 'safari16.4'],
  define: { global: 'window' },
  legalComments: 'eof',
  logLevel: 'warning',
});
await build({ entryPoints: ['phone.css'], outdir: out, minify: true, logLevel: 'warning' });
for (const file of ['index.html', 'icon.svg']) await copyFile(file, `${out}/${file}`);
