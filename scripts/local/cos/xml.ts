/** XML as COS's configurations use it: elements and text; attributes, comments and the declaration carry no meaning. */
export type XmlNode = { name: string; text: string; children: XmlNode[] };

/** What a document is made of: a text, a number, a list (the element repeats), nested elements; undefined is left out. */
export type XmlValue = string | number | boolean | undefined | { [name: string]: XmlValue } | readonly XmlValue[];

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const TOKEN = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z][\w:.-]*)[^>]*?(\/?)>|([^<]+)/g;
const MAX_DEPTH = 16;

/** Control characters cannot stand in XML 1.0 at all; COS offers encoding-type=url for keys that hold them. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"\p{Cc}]/gu, (char) => {
    const name = Object.keys(ENTITIES).find((entity) => ENTITIES[entity] === char);
    return name ? `&${name};` : char === '\n' || char === '\t' ? char : `&#${char.codePointAt(0)};`;
  });

const unescapeXml = (text: string): string =>
  text.replace(/&(#x?[0-9a-fA-F]+|[a-z]+);/g, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
  });

/** @returns the root element, or undefined when the text is not well-formed */
export function parseXml(source: string): XmlNode | undefined {
  const top: XmlNode = { name: '', text: '', children: [] };
  const stack = [top];
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    if (match.index !== end) return undefined;
    end = match.index + match[0].length;
    const current = stack.at(-1)!;
    const [, closing, name, empty, text] = match;
    if (text !== undefined) current.text += unescapeXml(text);
    if (name === undefined) continue;
    if (closing) {
      if (current.name !== name || stack.length === 1) return undefined;
      stack.pop();
      continue;
    }
    const node: XmlNode = { name, text: '', children: [] };
    current.children.push(node);
    if (!empty && stack.push(node) > MAX_DEPTH) return undefined;
  }
  return end === source.length && stack.length === 1 && top.children.length === 1 ? top.children[0] : undefined;
}

export const childrenOf = (node: XmlNode | undefined, name: string): XmlNode[] =>
  node?.children.filter((child) => child.name === name) ?? [];

export const textOf = (node: XmlNode | undefined, name: string): string | undefined =>
  childrenOf(node, name)[0]?.text.trim();

export const textsOf = (node: XmlNode, name: string): string[] => childrenOf(node, name).map(({ text }) => text.trim());

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one: XmlValue) => element(name, one)).join('');
  if (typeof value !== 'object') return `<${name}>${escapeXml(String(value))}</${name}>`;
  const inner = Object.entries(value).map(([child, one]) => element(child, one));
  return `<${name}>${inner.join('')}</${name}>`;
}

export const renderXml = (root: string, value: { [name: string]: XmlValue }): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, value)}`;
