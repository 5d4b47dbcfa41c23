// A ZIP archive, its files stored as they are.

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let i = 0; i < 8; i += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const UTF_8 = 0x0800; // names are
const VERSION = 20;
const FIRST_DAY = 0x21; // 1 January 1980: archives of the same files are the same

/** The archive of `files`, [path, bytes] each. */
export function archive(files) {
  const pieces = [];
  const directory = [];
  let offset = 0;
  for (const [path, bytes] of files) {
    const name = new TextEncoder().encode(path);
    const about = [[VERSION, 2], [UTF_8, 2], [0, 2], [0, 2], [FIRST_DAY, 2], [crc32(bytes), 4], [bytes.length, 4], [bytes.length, 4], [name.length, 2], [0, 2]];
    const local = numbers([[0x04034b50, 4], ...about]);
    pieces.push(local, name, bytes);
    directory.push(numbers([[0x02014b50, 4], [VERSION, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]]), name);
    offset += local.length + name.length + bytes.length;
  }
  const length = directory.reduce((sum, piece) => sum + piece.length, 0);
  const end = numbers([[0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [length, 4], [offset, 4], [0, 2]]);
  return joined([...pieces, ...directory, end]);
}

function numbers(fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [, length]) => sum + length, 0));
  let at = 0;
  for (const [value, length] of fields) {
    for (let i = 0; i < length; i += 1) bytes[at + i] = (value >>> (8 * i)) & 0xff;
    at += length;
  }
  return bytes;
}

function joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
