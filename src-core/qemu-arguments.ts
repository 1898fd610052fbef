/** The QEMU arguments that fit a socket of ours, to copy. */

/** One argument a line, as people read them. Guest memory has to be shared, or no back-end can see it. */
export function qemuArguments(socketPath: string): string[] {
  return [
    '-object memory-backend-memfd,id=mem,size=1G,share=on',
    '-machine memory-backend=mem -m 1G',
    `-chardev socket,id=snd,path=${quote(socketPath)}`,
    '-device vhost-user-snd-pci,chardev=snd',
  ];
}

/** For a POSIX shell; a comma in a path would end QEMU's option, so it is doubled. */
function quote(path: string): string {
  const doubled = path.replaceAll(',', ',,');
  return /^[\w@%+=:,./-]+$/.test(doubled) ? doubled : `'${doubled.replaceAll("'", "'\\''")}'`;
}
