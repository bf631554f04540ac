// Every page that there is, found in whatever archive is open.

/** What the pages are looked at with: a document, names, a word. */
export async function landmarks(room) {
  const most = async (kind) => (await room.api(`/entities?label=${kind}`))
    .filter((one) => !one.surname_only);
  const lists = await Promise.all(["PER", "LOC", "ORG"].map(most));
  const [person, place, organisation] = lists.map((list) => list[0]);
  const other = lists[0][1];
  const word = person.name.split(/[\s,]+/).filter((part) => /^\p{L}{4,}$/u.test(part)).at(-1);
  const { hits } = await room.api(`/search?q=${encodeURIComponent(word)}`);
  const documents = await Promise.all(hits.slice(0, 8).map((hit) => room.api(`/documents/${hit.id}`)));
  const names = (one) => one.mentions.filter((name) => name.entity).length;
  documents.sort((one, other) => names(other) - names(one));
  const document = documents[0];
  const body = document.blocks.find(({ kind }) => kind === "paragraph").start;
  const name = document.mentions.find((name) => name.entity && name.label === "PER" && name.start >= body);
  return { person, other, place, organisation, word, document, name };
}

/** Decides something, so that there is something to see. */
export async function decisions(room, { document, person }) {
  for (const [on, words] of [[document.id, "to be read"], [person.id, "seen"]]) {
    await room.api("/decisions", { action: "keyword", on, words });
    await room.api("/decisions", { action: "note", on, words: `${words}\nby two people` });
  }
  await room.api("/decisions", { action: "undo", decision: 1, reason: "it was read" });
}

const doc = ({ document }) => `/doc/${document.cable_id ?? document.id}`;
const entity = ({ id }) => `/entity/${encodeURIComponent(id)}`;

/**
 * `path` of the landmarks; `status` where it is not 200; `heavy` where a page
 * may weigh more than others.
 */
export const PAGES = [
  { name: "home", path: () => "/" },
  { name: "all", path: () => "/?q=" },
  { name: "documents", path: () => "/documents" },
  { name: "people", path: () => "/people" },
  { name: "people-by-name", path: () => "/people?sort=name" },
  { name: "places", path: () => "/places" },
  { name: "organisations", path: () => "/organisations" },
  { name: "styles", path: () => "/styles" },
  { name: "results", path: ({ word }) => `/?q=${word}` },
  { name: "results-in-parts", path: ({ word }) => `/?q=${word}+date:1900..2020&sort=oldest` },
  { name: "nothing", path: () => "/?q=nowhereatall" },
  { name: "suggestions", path: ({ word }) => `/?q=person:${word.slice(0, -2)}${word.at(-1)}${word.at(-2)}` },
  { name: "no-query", path: () => "/?q=%22open" },
  { name: "left-out", path: ({ word }) => `/?q=${word}+nowhereatall` },
  { name: "document", path: doc },
  { name: "document-hits", path: (known) => `${doc(known)}?q=${known.word}#hit1` },
  { name: "document-result", path: (known) => `${doc(known)}?q=${known.word}&at=1#hit1` },
  { name: "document-entity", path: (known) => `${doc(known)}?entity=${encodeURIComponent(known.person.id)}#hit1` },
  { name: "document-beside", path: (known) => `${doc(known)}?beside=raw`, heavy: true },
  { name: "document-statements", path: (known) => `${doc(known)}?statements=shown`, heavy: true },
  { name: "raw", path: (known) => `${doc(known)}/raw?start=${known.name.start}&end=${known.name.end}` },
  { name: "card", path: (known) => `${doc(known)}/name/${known.name.start}` },
  { name: "person", path: ({ person }) => entity(person) },
  { name: "says", path: ({ person }) => `${entity(person)}/statements` },
  { name: "is-told", path: ({ person }) => `${entity(person)}/statements?role=told&by=party` },
  { name: "place", path: ({ place }) => entity(place) },
  { name: "organisation", path: ({ organisation }) => entity(organisation) },
  { name: "timeline", path: () => "/timeline" },
  { name: "timeline-of", path: ({ word }) => `/timeline?q=${word}` },
  { name: "map", path: () => "/map", heavy: true },
  { name: "map-of", path: ({ word }) => `/map?q=${word}`, heavy: true },
  { name: "network", path: () => "/network", heavy: true },
  { name: "network-letters", path: () => "/network?by=letter", heavy: true },
  { name: "recent", path: () => "/recent" },
  { name: "doubts", path: () => "/doubts" },
  { name: "merge", path: ({ person, other }) => `/merge?from=${encodeURIComponent(other.id)}&into=${encodeURIComponent(person.id)}` },
  { name: "add", path: () => "/add" },
  { name: "help", path: () => "/help" },
  { name: "missing", path: () => "/nowhere", status: 404 },
];
