/** Export of messages as a Parquet file, one row group after the other: memory does not grow with the capture. */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Field } from '../../src-core/analysis/field.ts';
import { type Cell, plainText } from '../../src-core/analysis/field-text.ts';
import { RowScan } from '../../src-core/analysis/row-scan.ts';
import type { ExportJob } from './export-job.ts';
import { openTarget } from './export-target.ts';

const GROUP_ROWS = 131_072;

export async function exportParquet({
  opened,
  offline,
  to,
  fields,
  filter,
}: ExportJob): Promise<void> {
  const { capture } = opened;
  const target = openTarget(to, offline);
  const buffer = new ByteWriter();
  const schema = [
    { name: 'root', num_children: fields.length },
    ...fields.map((field) => ({
      name: field.name,
      ...typeOf(field),
      repetition_type: 'OPTIONAL' as const,
    })),
  ];
  const writer = new ParquetWriter({
    writer: Object.assign(buffer, { flush: () => drain() }),
    schema,
    createdBy: `Ringside ${RINGSIDE_VERSION}`,
    kvMetadata: [{ key: 'schema', value: 'ringside.messages/1' }],
  });
  const drain = () => {
    if (buffer.index === 0) return;
    target.bytes(new Uint8Array(buffer.buffer, 0, buffer.index).slice());
    buffer.index = 0;
  };
  const scan = new RowScan(capture, fields, filter);
  const { rows } = capture.messages;
  let columns: unknown[][] = fields.map(() => []);
  const write = async () => {
    const columnData = fields.map((field, place) => ({
      name: field.name,
      data: columns[place] ?? [],
    }));
    await writer.write({ columnData, rowGroupSize: GROUP_ROWS });
    columns = fields.map(() => []);
  };
  try {
    for (let row = 0; row < rows; ) {
      row = scan.scan(row, rows, ({ cells }) => {
        fields.forEach((field, place) => {
          columns[place]?.push(columnValue(field, cells[place] ?? Number.NaN));
        });
        return true;
      });
      if ((columns[0]?.length ?? 0) >= GROUP_ROWS) await write();
      target.progress(row, rows);
      await offline.pause();
    }
    if ((columns[0]?.length ?? 0) > 0) await write();
    await writer.finish();
    drain();
    target.finish();
  } catch (thrown) {
    target.abandon();
    throw thrown;
  }
}

function typeOf(field: Field) {
  if (field.kind === 'number') return { type: 'INT64' as const };
  if (field.kind === 'boolean') return { type: 'BOOLEAN' as const };
  return { type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const };
}

function columnValue(field: Field, cell: Cell): bigint | boolean | string | undefined {
  if (typeof cell !== 'number') return cell.length === 0 ? undefined : cell.join(',');
  if (Number.isNaN(cell)) return undefined;
  if (field.kind === 'number') return BigInt(Math.round(cell));
  return field.kind === 'boolean' ? cell !== 0 : plainText(field, cell);
}
