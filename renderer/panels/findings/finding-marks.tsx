// biome-ignore-all lint/a11y/useSemanticElements: a cell of a grid that is no table
/** What stands beside a finding: how bad it is, and what this project thinks of it. */
import type { BaselineRow } from '../../../src-core/analysis/baseline.ts';
import type { Severity } from '../../../src-core/spec/rules.ts';
import styles from './findings.module.css';
import { SEVERITY_LOOKS } from './findings-model.ts';

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  const { glyph } = SEVERITY_LOOKS[severity];
  return (
    <span className={`${styles.severity} ${styles[severity]}`}>
      <span aria-hidden="true">{glyph}</span> {severity}
    </span>
  );
}

/** `new`, `acknowledged` or `muted`, with the reason. */
export function StateMark({ known }: { readonly known: BaselineRow | undefined }) {
  const state = known?.state ?? 'new';
  return (
    <span role="gridcell" tabIndex={-1} className={`${styles.state} ${styles[state] ?? ''}`}>
      {state}
      {known === undefined ? null : (
        <span className={styles.second} title={known.reason}>
          {known.reason}
        </span>
      )}
    </span>
  );
}
