// @ts-check
// The words of the reading text in a part of the page, and where they stand in it. Blocks
// carry the offset of their start in code points; what the page added to the text has the
// attribute data-extra.

const BLOCKS = ".document [data-start]";

const countPoints = (words) => [...words].length;

/** @param {Node} node @returns {HTMLElement | null} */
export const blockOf = (node) =>
  (node instanceof Element ? node : node.parentElement)?.closest("[data-start]") ?? null;

/** The text nodes of a block that are part of the reading text. */
function textNodes(block) {
  const nodes = [];
  const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    if (!text.parentElement?.closest("[data-extra]")) nodes.push(/** @type {Text} */ (text));
  }
  return nodes;
}

/** The part of a text node that lies in a range. */
function partIn(text, range) {
  const from = text === range.startContainer ? range.startOffset : range.comparePoint(text, 0) < 0 ? text.length : 0;
  const to = text === range.endContainer ? range.endOffset : range.comparePoint(text, text.length) > 0 ? 0 : text.length;
  if (text !== range.startContainer && text !== range.endContainer && !range.intersectsNode(text)) return null;
  return from < to ? { from, to } : null;
}

/**
 * The words of a range by blocks, without what the page added, and their first and last
 * offset in code points. Null if the range has no words of the text.
 * @param {Range} range
 */
export function passageOf(range) {
  const parts = [];
  let [start, end] = [-1, -1];
  let [first, last] = /** @type {(HTMLElement | null)[]} */ ([null, null]);
  for (const block of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(BLOCKS))) {
    if (!range.intersectsNode(block)) continue;
    let [at, words] = [Number(block.dataset.start), ""];
    for (const text of textNodes(block)) {
      const part = partIn(text, range);
      if (part) {
        if (start < 0) start = at + countPoints(text.data.slice(0, part.from));
        end = at + countPoints(text.data.slice(0, part.to));
        words += text.data.slice(part.from, part.to);
      }
      at += countPoints(text.data);
    }
    if (words !== "") {
      parts.push(words);
      first ??= block;
      last = block;
    }
  }
  if (parts.length === 0) return null;
  const words = parts.join("\n");
  // Blanks at the ends belong to no word.
  start += countPoints(words) - countPoints(words.trimStart());
  end -= countPoints(words) - countPoints(words.trimEnd());
  return start < end ? { words, start, end, first, isOneBlock: first === last } : null;
}

/** The passage that is selected, or null. */
export function selectedPassage() {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const passage = passageOf(range);
  return passage && { ...passage, range };
}

/** The passage of a whole block. */
export function passageOfBlock(block) {
  const range = document.createRange();
  range.selectNodeContents(block);
  return passageOf(range);
}
