import { expect, test } from 'vitest';
import { differingFields } from '../../../../renderer/panels/inspector/several-model.ts';

const field = (name: string) => ({ name, doc: '', unit: '', isNumber: false, grade: 'observed' });

test('only fields that differ are told, the most frequent value first', () => {
  const texts = [
    ['tx', 'OK', '1 ms', ''],
    ['tx', 'IO_ERR', '2 ms', ''],
    ['tx', 'OK', '3 ms', 'VS-P-01'],
    ['tx', 'OK', '4 ms', ''],
  ];
  const cells = texts.map((each, index) => ({ index, texts: each }));
  const told = differingFields(['queue', 'status', 'latency', 'finding'].map(field), cells);
  expect(told.map(({ name }) => name)).toEqual(['status', 'latency', 'finding']);
  expect(told[0]?.values).toEqual([
    { text: 'OK', count: 3 },
    { text: 'IO_ERR', count: 1 },
  ]);
  expect(told[0]?.ends).toBeUndefined();
  expect(told[1]).toMatchObject({ more: 1, ends: ['1 ms', '4 ms'] });
});

test('of one message nothing differs', () => {
  expect(differingFields([field('queue')], [{ index: 0, texts: ['tx'] }])).toEqual([]);
});
