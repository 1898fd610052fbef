/** A Wireshark profile for virtio-sound: columns, coloring rules and filter buttons. A profile of its own, so that nothing
 *  of the user's is touched. */

interface ColoringRule {
  readonly name: string;
  readonly filter: string;
  /** `#rrggbb`. */
  readonly background: string;
  readonly foreground: string;
}

/** In the order in which Wireshark tries them: the worst comes first. */
const COLORING: readonly ColoringRule[] = [
  rule('virtio-snd error', 'virtio_snd.finding.error', '#8D0F1A', '#FFFFFF'),
  rule('virtio-snd warning', 'virtio_snd.finding.warning || virtio_snd.xrun', '#F6CB31', '#14171C'),
  rule('virtio-snd lost', 'virtio_snd.lost', '#B17298', '#FFFFFF'),
  rule('virtio-snd refused', 'virtio_snd.refused', '#F3B0A6', '#14171C'),
  rule('virtio-snd stream state', 'virtio_snd.state.to', '#CFE3FF', '#0E2C8F'),
  rule('virtio-snd control', 'virtio_snd.queue == 0', '#E4ECFA', '#14171C'),
  rule(
    'virtio-snd notification',
    'virtio_snd.kind == 1 || virtio_snd.kind == 2',
    '#FFFFFF',
    '#646F7D',
  ),
  rule('virtio-snd PCM', 'virtio_snd.kind == 4', '#DDF5EB', '#14171C'),
  rule('virtio-snd set-up', 'virtio_snd && !virtio_snd.message', '#F4F6F9', '#4A5463'),
];

/** Title and format, as Wireshark's preferences take them. */
const COLUMNS: readonly (readonly [string, string])[] = [
  ['No.', '%m'],
  ['Time', '%t'],
  ['From', '%s'],
  ['Queue', '%Cus:virtio_snd.queue:0:R'],
  ['Kind', '%Cus:virtio_snd.kind:0:R'],
  ['Message', '%Cus:virtio_snd.message:0:R'],
  ['Popped to used', '%Cus:virtio_snd.time:0:R'],
  ['Info', '%i'],
];

const BUTTONS: readonly (readonly [string, string])[] = [
  ['Findings', 'virtio_snd.finding'],
  ['Control', 'virtio_snd.queue == 0'],
  ['TX', 'virtio_snd.queue == 2'],
  ['RX', 'virtio_snd.queue == 3'],
  ['Refused', 'virtio_snd.refused'],
];

/** Files of the profile, by name. */
export function profileFiles(): Readonly<Record<string, string>> {
  return { colorfilters: colorfilters(), preferences: preferences(), dfilter_buttons: buttons() };
}

function colorfilters(): string {
  const lines = COLORING.map(
    ({ name, filter, background, foreground }) =>
      `@${name}@${filter}@[${wide(background)}][${wide(foreground)}]`,
  );
  return `# Coloring rules for virtio-sound, written by Ringside\n${lines.join('\n')}\n`;
}

function preferences(): string {
  const columns = COLUMNS.map(([title, format]) => `"${title}", "${format}"`).join(', ');
  return `# Columns for virtio-sound, written by Ringside\ngui.column.format: ${columns}\n`;
}

function buttons(): string {
  const lines = BUTTONS.map(([label, filter]) => `"TRUE","${label}","${filter}",""`);
  return `# Filter buttons for virtio-sound, written by Ringside\n${lines.join('\n')}\n`;
}

/** Three 16-bit numbers, as Wireshark writes colours. */
function wide(colour: string): string {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) * 257).join(',');
}

function rule(name: string, filter: string, background: string, foreground: string): ColoringRule {
  return { name, filter, background, foreground };
}
