/** What an export works on. */
import type { Field } from '../../src-core/analysis/field.ts';
import type { CompiledFilter } from '../../src-core/analysis/filter.ts';
import type { Offline } from './offline.ts';
import type { OpenedCapture } from './open-capture-file.ts';

export interface ExportJob {
  readonly opened: OpenedCapture;
  readonly offline: Offline;
  /** File or folder; `-` is standard output where that can be. */
  readonly to: string;
  readonly fields: readonly Field[];
  readonly filter: CompiledFilter | undefined;
}
