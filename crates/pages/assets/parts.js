// @ts-check
// A place of a long document that is in another part: the address leads there.

const anchor = location.hash.slice(1);
const query = new URLSearchParams(location.search);
const hit = /^hit(\d+)$/.exec(anchor)?.[1];

if (anchor && !document.getElementById(anchor)) {
  const [name, value] = hit ? ["hit", hit] : ["to", anchor];
  const isPlace = hit || /^(par|fn|fnref|page|name)\w[\w-]*$/.test(anchor);
  // An address that was tried leads nowhere.
  if (isPlace && query.get(name) !== value) {
    query.set(name, value);
    query.delete("part");
    location.replace(`${location.pathname}?${query}#${anchor}`);
  }
}
