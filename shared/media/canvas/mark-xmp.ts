/** What a picture says of how it was made: `description` for people, `tool` for programs. */
export interface Mark {
  readonly description: string;
  readonly tool: string;
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * XMP (ISO 16684-1) with the mark as dc:description and xmp:CreatorTool, readable by every picture viewer; of what an AI made, its label as
 * TC260-PG-20258A puts it there.
 */
export const xmpOf = ({ description, tool }: Mark, aiLabel?: string): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="${escapeXml(tool)}"${aiLabel === undefined ? '' : ` xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" TC260:AIGC="${escapeXml(aiLabel)}"`}><dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(description)}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>`;
