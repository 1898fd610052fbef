import { expect, test } from 'vitest';
import { parseEventsFile } from '../../../../src-core/capture/importers/events-file.ts';
import { EVENT, SHAPE_OF } from '../../../../src-core/capture/importers/trace-events.ts';

const POP = 'void *vq, const void *elem, unsigned int in_num, unsigned int out_num';
const slotsOf = (list: string) =>
  parseEventsFile(list)
    .get('virtqueue_pop')
    ?.args.map(([, slot]) => slot);

test('arguments are found by name, wherever a build puts them', () => {
  expect(slotsOf(`virtqueue_pop(${POP}) "vq %p"`)).toEqual(['p0', 'p1', 'n0', 'n1']);
  const other = 'unsigned int out_num, void *elem, int extra, void *vq, unsigned int in_num';
  expect(slotsOf(`virtqueue_pop(${other}) "x"`)).toEqual(['n1', 'p1', '-', 'p0', 'n0']);
});

test('an argument that was only renamed keeps its place', () => {
  const renamed = POP.replace('elem', 'element');
  expect(slotsOf(`virtqueue_pop(${renamed}) "x"`)).toEqual(['p0', 'p1', 'n0', 'n1']);
});

test('strings are told from numbers, and properties before the name do not count', () => {
  const list =
    'disable vcpu virtio_snd_handle_pcm_start_stop(const char *code, uint32_t stream_id) "%s"';
  const shape = parseEventsFile(list).get('virtio_snd_handle_pcm_start_stop');
  expect(shape).toMatchObject({ event: EVENT.startStop, strings: ['0'] });
  expect(shape?.args).toHaveLength(2);
});

test('comments, other events and broken lines change nothing', () => {
  const text = '# virtqueue_pop(int a) "x"\n\nqcow2_writev(void *co)\nvirtqueue_pop(\n)(';
  expect([...parseEventsFile(text)]).toEqual([...SHAPE_OF]);
});
