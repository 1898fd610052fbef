/** Puts the dissector and the profile where Wireshark looks. Wireshark's own word for its folders is taken where a tshark
 *  can be asked. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { dissectorText } from './dissector.ts';
import { profileFiles } from './profile.ts';

export const DISSECTOR_FILE = 'virtio-snd.lua';
export const PROFILE_NAME = 'virtio-snd';
const ASK_LIMIT_MS = 10_000;

export interface WiresharkFolders {
  /** Where Lua programs of this user are loaded from. */
  readonly plugins: string;
  /** Where preferences and profiles of this user are. */
  readonly configuration: string;
  /** False when no tshark could be asked: the usual folders. */
  readonly asked: boolean;
}

/** Folders of this user's Wireshark. */
export function wiresharkFolders(command = 'tshark'): WiresharkFolders {
  const { stdout } = spawnSync(command, ['-G', 'folders'], {
    encoding: 'utf8',
    timeout: ASK_LIMIT_MS,
  });
  const said = (name: string) =>
    new RegExp(`^${name}:\\s*(.+)$`, 'm').exec(stdout ?? '')?.[1]?.trim();
  const usual = usualFolders();
  const plugins = said('Personal Lua Plugins');
  const configuration = said('Personal configuration');
  return {
    plugins: plugins ?? usual.plugins,
    configuration: configuration ?? usual.configuration,
    asked: plugins !== undefined && configuration !== undefined,
  };
}

/** Writes dissector and profile; gives the paths of what was written. Throws what Node throws when it cannot. */
export function installDissector(version: string, folders: WiresharkFolders): string[] {
  const profile = join(folders.configuration, 'profiles', PROFILE_NAME);
  const files: [string, string][] = [
    [join(folders.plugins, DISSECTOR_FILE), dissectorText(version)],
    ...Object.entries(profileFiles()).map(
      ([name, text]) => [join(profile, name), text] as [string, string],
    ),
  ];
  for (const [path, text] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return files.map(([path]) => path);
}

/** Whether this version's dissector lies where Wireshark looks. */
export function dissectorState(
  version: string,
  folders: WiresharkFolders,
): 'installed' | 'outdated' | 'absent' {
  const path = join(folders.plugins, DISSECTOR_FILE);
  if (!existsSync(path)) return 'absent';
  return readFileSync(path, 'utf8') === dissectorText(version) ? 'installed' : 'outdated';
}

function usualFolders() {
  const home = homedir();
  if (platform() === 'win32') {
    const data = join(process.env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Wireshark');
    return { plugins: join(data, 'plugins'), configuration: data };
  }
  const configuration = join(process.env.XDG_CONFIG_HOME ?? join(home, '.config'), 'wireshark');
  return { plugins: join(home, '.local', 'lib', 'wireshark', 'plugins'), configuration };
}
