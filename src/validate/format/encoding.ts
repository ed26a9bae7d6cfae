// Which of the encodings an input has, by its content: names of files say nothing.

/** Whether these first bytes are those of gzip (RFC 1952, section 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** A document is one object with a header and events; an object that goes over lines is one, too. Else there are lines. */
export function encodingOf(text: string): 'stream' | 'document' {
  return /^\uFEFF?\s*\{(?:\s*"(?:header|events)"\s*:|[^\S\n]*\n)/.test(text) ? 'document' : 'stream'
}
