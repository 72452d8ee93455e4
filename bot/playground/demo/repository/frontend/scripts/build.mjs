// Bundles the app into public/app.js; with --serve it serves public/ and sends /api to the backend.
import { createServer, request } from "node:http";
import * as esbuild from "esbuild";

const options = {
  entryPoints: ["src/main.tsx"],
  outfile: "public/app.js",
  bundle: true,
  format: "esm",
  jsx: "automatic",
  sourcemap: true,
};

if (!process.argv.includes("--serve")) {
  await esbuild.build({ ...options, minify: true });
} else {
  const context = await esbuild.context(options);
  const files = await context.serve({ servedir: "public", host: "127.0.0.1", port: 3001 });
  createServer((from, to) => {
    const port = from.url.startsWith("/api/") ? 8000 : files.port;
    const onward = request(
      { host: "127.0.0.1", port, path: from.url, method: from.method, headers: from.headers },
      (answer) => {
        to.writeHead(answer.statusCode, answer.headers);
        answer.pipe(to);
      },
    );
    onward.on("error", () => to.writeHead(502).end());
    from.pipe(onward);
  }).listen(3000, "127.0.0.1", () => console.log("http://127.0.0.1:3000"));
}
