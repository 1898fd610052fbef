/** The rules that a message broke: severity, rule, section, what was seen, what the standard asks. */
import type { FindingRow } from '../../../src-core/contract-data.ts';
import { ruleOf } from '../../../src-core/spec/rules.ts';
import styles from './inspector.module.css';

const GLYPHS = { error: '✕', warning: '▲', note: '·' } as const;

export function FindingList({ findings }: { readonly findings: readonly FindingRow[] }) {
  return (
    <ul className={`${styles.findings} selectable`}>
      {findings.map((finding) => {
        const rule = ruleOf(finding.rule);
        return (
          <li key={`${finding.rule}${finding.seq}`}>
            <p>
              <span
                className={styles[rule.severity]}
              >{`${GLYPHS[rule.severity]} ${finding.rule}`}</span>
              <span className={styles.second}>{` § ${rule.section} · ${rule.by}`}</span>
            </p>
            <p>{finding.detail}</p>
            <p className={styles.second}>{rule.asks}</p>
          </li>
        );
      })}
    </ul>
  );
}
