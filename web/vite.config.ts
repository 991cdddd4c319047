import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { styleNonce } from './styleNonce.ts'

const api = process.env.GRIDWALL_API ?? 'http://127.0.0.1:8787'

/** The web part: `web/` in, `web/dist` out. Nothing inline in index.html, so that the content security policy needs no exception. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), styleNonce()],
  worker: { format: 'es' },
  // The server puts a new nonce here each time it sends the page (api/hardening/contentSecurity.ts).
  html: { cspNonce: 'GRIDWALL_NONCE' },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(['/trpc/', '/api/', '/bundles/', '/healthz'].map((path) => [path, api])),
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Inlined fonts and pictures would need a data: exception; as files they are cached.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // MapLibre with deck.gl is one large part that loads beside the first screen, not before it.
    chunkSizeWarningLimit: 2500,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'map',
              test: /node_modules[\\/](maplibre-gl|@deck\.gl|@luma\.gl|@loaders\.gl|@math\.gl|@probe\.gl)/,
            },
            { name: 'charts', test: /node_modules[\\/](echarts|zrender)/ },
            // Vite's own few lines for loading parts: beside MapLibre they would draw all of it in before the first screen.
            { name: 'base', test: /vite\/preload-helper/, priority: 1 },
            {
              name: 'base',
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|@trpc|i18next|react-i18next)[\\/]/,
            },
          ],
        },
      },
    },
  },
})
