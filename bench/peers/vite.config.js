// Builds one peer: PEER=plain|ui|feed|identity.
import path from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const peer = process.env.PEER;
// As many hexadecimal digits as in our own names: the server then lets browsers keep the files for good.
const named = (ending) => `assets/[name]-[hash:16]${ending}`;

export default defineConfig({
  root: peer,
  base: "/",
  plugins: [react()],
  // amazon-cognito-identity-js expects Node's name for the global object.
  define: peer === "identity" ? { global: "globalThis" } : {},
  build: {
    outDir: path.resolve("dist", peer),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        hashCharacters: "hex",
        entryFileNames: named(".js"),
        chunkFileNames: named(".js"),
        assetFileNames: named("[extname]"),
      },
    },
  },
});
