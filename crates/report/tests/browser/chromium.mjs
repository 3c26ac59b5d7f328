// Which browser? The one on PATH (Debian's `chromium`), or what BREAKEVEN_CHROMIUM names; none is downloaded.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Where the browser lies, or undefined. */
export function executable() {
  if (process.env.BREAKEVEN_CHROMIUM) return process.env.BREAKEVEN_CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The browser, without a window. */
export async function launch() {
  return chromium.launch({ executablePath: executable(), args: ["--disable-gpu", "--disable-dev-shm-usage"] });
}

// asked by the tests before they begin: is there one?
if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = executable() ? 0 : 1;
