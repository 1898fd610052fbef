/** QEMU's `trace-events-all`: one line an event, `name(type name, type name) "format"`. Tells in which order a build records
 *  the arguments of its events, and which of them are strings. */
import { EVENT_SHAPES, type EventShape, SHAPE_OF, type Slot } from './trace-events.ts';

const LINE = /^(?:(?:disable|vcpu|tcg|tcg-trans|tcg-exec)\s+)*([a-z_0-9]+)\(([^)]*)\)/;

/** Shapes of the events that Ringside needs, as that build has them; what the file lacks stays as it is built in. */
export function parseEventsFile(text: string): ReadonlyMap<string, EventShape> {
  const shapes = new Map(SHAPE_OF);
  for (const line of text.split('\n')) {
    const [, name = '', list = ''] = LINE.exec(line.trim()) ?? [];
    const known = EVENT_SHAPES.find((shape) => shape.name === name);
    if (known !== undefined && known.args.length > 0) shapes.set(name, shapeOf(known, list));
  }
  return shapes;
}

function shapeOf(known: EventShape, list: string): EventShape {
  const said = list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'void');
  const slots = new Map<string, Slot>(known.args);
  const args = said.map((part, place) => {
    const name = /([A-Za-z_0-9]+)$/.exec(part)?.[1] ?? '';
    // an argument that was only renamed keeps its place
    const slot =
      slots.get(name) ?? (said.length === known.args.length ? known.args[place]?.[1] : '-');
    return [`${place}`, slot ?? '-'] as const;
  });
  const strings = said.flatMap((part, place) => (/\bchar\s*\*/.test(part) ? [`${place}`] : []));
  return { event: known.event, name: known.name, args, strings };
}
