// Let the Python of a site compile its own modules, in Node.
//
//     node compile.mjs STATIC TARGET
//
// STATIC is the folder of the site that has pyodide/ and pyodide-lock/. What compile.py, beside this
// file, returns is written into the file TARGET.

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, target] = process.argv.slice(2).map((path) => resolve(path));
const program = readFileSync(new URL("compile.py", import.meta.url), "utf8");
const indexURL = resolve(folder, "pyodide");
const packageBaseUrl = resolve(folder, "pyodide-lock"); // or it would ask a host for what is not there
const lockFileURL = resolve(packageBaseUrl, "pyodide-lock.json");
const packages = Object.keys(JSON.parse(readFileSync(lockFileURL, "utf8")).packages);

try {
  const { loadPyodide } = await import(pathToFileURL(resolve(indexURL, "pyodide.mjs")));
  const python = await loadPyodide({ indexURL, packageBaseUrl, lockFileURL, packages });
  python.runPython(program);
  writeFileSync(target, python.globals.get("compiled")().toJs());
  process.exit(); // Pyodide would keep Node alive
} catch (error) {
  console.error(error.message); // alone: Node would print the line, which is all of Pyodide
  process.exit(1);
}
