/** `ringside dissector`: the Lua program through which Wireshark and tshark read our captures. */
import { Option } from 'commander';
import { dissectorText } from '../../wireshark/dissector.ts';
import {
  DISSECTOR_FILE,
  installDissector,
  PROFILE_NAME,
  type WiresharkFolders,
  wiresharkFolders,
} from '../../wireshark/install.ts';
import type { OfflineCommand } from '../command-row.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exit-codes.ts';
import { jsonLine } from '../json-output.ts';
import type { Offline } from '../offline.ts';

interface DissectorOptions {
  readonly install?: boolean;
  readonly plugins?: string;
  readonly configuration?: string;
  readonly json?: boolean;
}

export const DISSECTOR: OfflineCommand = {
  group: 'Setting up:',
  usage: 'dissector',
  summary: 'the Wireshark dissector for our captures; --install puts it where Wireshark looks',
  options: [
    new Option('--install', 'write the dissector and a profile with columns and coloring rules'),
    new Option('--plugins <DIR>', 'folder for the dissector, instead of Wireshark’s own').implies({
      install: true,
    }),
    new Option('--configuration <DIR>', 'folder that holds `profiles`, instead of Wireshark’s own'),
    new Option('--json', 'with --install: what was written, as JSON (ringside.dissector/1)'),
  ],
  notes: `Examples:
  ringside dissector --install
  wireshark -C ${PROFILE_NAME} session.pcapng
  tshark -r session.pcapng -Y 'virtio_snd.code == 0x0101' -V
  ringside dissector > ${DISSECTOR_FILE}    # and then: tshark -X lua_script:${DISSECTOR_FILE} -r …

Without --install the Lua program is printed. Fields carry the standard’s names: virtio_snd.code, virtio_snd.stream_id,
virtio_snd.period_bytes, virtio_snd.status, virtio_snd.latency_bytes; virtio_snd.message joins all entries of a message,
virtio_snd.finding names the rule that an entry broke.

Exit codes: 0 done, 2 wrong usage, 5 cannot write there, 10 fault of Ringside.`,
  runOffline: runDissector,
};

async function runDissector(offline: Offline, options: DissectorOptions): Promise<ExitCode> {
  const { output } = offline;
  if (options.install !== true) {
    output.data(dissectorText(RINGSIDE_VERSION));
    return EXIT.ok;
  }
  const known = wiresharkFolders();
  const folders = {
    ...known,
    plugins: options.plugins ?? known.plugins,
    configuration: options.configuration ?? known.configuration,
  };
  const paths = write(folders);
  if (options.json === true) {
    output.data(jsonLine('ringside.dissector/1', { paths, profile: PROFILE_NAME }));
    return EXIT.ok;
  }
  output.data(`${paths.join('\n')}\n`);
  output.say(
    `ringside: the dissector is in place. Restart Wireshark, and open a capture with \`wireshark -C ${PROFILE_NAME} FILE\`.\n`,
  );
  if (!known.asked && options.plugins === undefined) {
    output.say(
      'ringside: no tshark was found to ask for its folders; these are the usual ones.\n' +
        '  If Wireshark does not load it, look at Help > About > Folders and give --plugins and --configuration.\n',
    );
  }
  return EXIT.ok;
}

function write(folders: WiresharkFolders): string[] {
  try {
    return installDissector(RINGSIDE_VERSION, folders);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      EXIT.incomplete,
      'cannot-install',
      `The dissector cannot be written: ${why}.`,
      'Give a folder that you can write to with --plugins and --configuration.',
    );
  }
}
