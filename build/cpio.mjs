// Writes the archives that Linux unpacks as its first root file system: cpio in the "newc" format
// (Documentation/driver-api/early-userspace/buffer-format.rst of the kernel).

const FOLDER = 0o040755;
const FILE = 0o100000;
const LINK = 0o120777;

/** Packs entries, in order: `{path, data, mode}` a file (mode 0o644 if not said), `{path, target}` a symbolic link.
 *  Folders on the way are added. Paths have no leading slash. Equal entries give equal bytes. */
export function cpioArchive(entries) {
  const parts = [];
  const folders = new Set();
  let inode = 1;
  const add = (path, mode, data) => parts.push(...member(inode++, path, mode, data));
  for (const entry of entries) {
    for (const folder of foldersOf(entry.path)) {
      if (!folders.has(folder)) add(folder, FOLDER, new Uint8Array());
      folders.add(folder);
    }
    if (entry.target !== undefined) add(entry.path, LINK, Buffer.from(entry.target));
    else add(entry.path, FILE | (entry.mode ?? 0o644), entry.data);
  }
  parts.push(...member(0, 'TRAILER!!!', 0, new Uint8Array()));
  return Buffer.concat(parts);
}

function foldersOf(path) {
  const names = path.split('/').slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

function member(inode, path, mode, data) {
  const name = Buffer.from(`${path}\0`);
  const numbers = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0];
  const header = Buffer.from(`070701${numbers.map(hex8).join('')}`);
  return [header, name, padding(header.length + name.length), data, padding(data.length)];
}

function hex8(number) {
  return number.toString(16).padStart(8, '0');
}

/** Names and data each end at a multiple of four. */
function padding(writtenBytes) {
  return Buffer.alloc(-writtenBytes & 3);
}
