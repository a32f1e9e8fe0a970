import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Every entry point of the site; a template loads one with `{% vite_asset 'src/main.ts' %}`. */
const entries = {
  main: 'src/main.ts',
  documents: 'src/documents/main.ts',
  meeting: 'src/meeting/main.ts',
  board: 'src/meeting/board-main.ts',
  display: 'src/meeting/display-main.ts',
  recording: 'src/meeting/recording.ts',
  rehearsal: 'src/rehearsal/main.ts',
  offline: 'src/offline/main.ts',
  save: 'src/offline/save-button.ts',
  worker: 'src/offline/worker.ts',
};

/** Data that pdf.js fetches at run time: character maps, standard fonts, decoders, colour profiles. */
const pdfjsData = ['cmaps', 'standard_fonts', 'wasm', 'iccs'];

export default defineConfig({
  root: here('.'),
  base: '/static/dist/',
  build: {
    outDir: here('static/dist'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, here(path)])),
      checks: { eval: false },
    },
  },
  // Bootstrap 5.3 still speaks the older Sass.
  css: { preprocessorOptions: { scss: { quietDeps: true, silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function'] } } },
  plugins: [
    {
      name: 'pdfjs-data',
      closeBundle() {
        for (const directory of pdfjsData) {
          cpSync(here(`node_modules/pdfjs-dist/${directory}`), here(`static/dist/pdfjs/${directory}`), { recursive: true });
        }
      },
    },
  ],
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
});
