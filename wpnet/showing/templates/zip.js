// A zip file of uncompressed parts, dated 1980: the same rows give the same bytes.
const CRC = Uint32Array.from({ length: 256 }, (_, number) => {
  let value = number;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function checksum(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = CRC[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

// Numbers of the given sizes, little endian.
function packed(...fields) {
  const out = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) out.setUint16(at, value, true); else out.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(out.buffer);
}

function zip(parts) {
  const out = [];
  const index = [];
  let offset = 0;
  for (const [name, content] of parts) {
    const path = new TextEncoder().encode(name);
    const body = new TextEncoder().encode(content);
    const shared = [[2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x21], [4, checksum(body)], [4, body.length], [4, body.length], [2, path.length], [2, 0]];
    const head = packed([4, 0x04034b50], ...shared);
    out.push(head, path, body);
    index.push(packed([4, 0x02014b50], [2, 20], ...shared, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), path);
    offset += head.length + path.length + body.length;
  }
  const size = index.reduce((sum, piece) => sum + piece.length, 0);
  const tail = packed([4, 0x06054b50], [2, 0], [2, 0], [2, parts.length], [2, parts.length], [4, size], [4, offset], [2, 0]);
  return new Blob([...out, ...index, tail]);
}
