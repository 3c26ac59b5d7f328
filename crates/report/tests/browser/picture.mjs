// The first screen of a page as a PNG, as it stands in the README:
//
//     node picture.mjs PAGE.html PICTURE.png

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./chromium.mjs";

const [page, path] = process.argv.slice(2);
const browser = await launch();
try {
  const tab = await browser.newPage({ colorScheme: "light", viewport: { width: 1280, height: 1460 } });
  await tab.goto(pathToFileURL(resolve(page)).href);
  await tab.screenshot({ path });
} finally {
  await browser.close();
}
