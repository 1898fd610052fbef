/** Numbers of a ring as label and value, with what each means as its tooltip. */

import styles from './rings.module.css';
import own from './rings-circle.module.css';
import type { RingFact } from './rings-model.ts';

export function FactList({ facts }: { readonly facts: readonly RingFact[] }) {
  return (
    <dl className={own.facts}>
      {facts.map((fact) => (
        <div key={fact.label} title={fact.means} className={gradeClass(fact)}>
          <dt>{fact.label}</dt>
          <dd className="mono">
            {fact.value}
            {fact.slot === undefined ? null : <span>→ {fact.slot}</span>}
            {fact.note === undefined ? null : <em>{fact.note}</em>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function gradeClass({ grade }: RingFact): string | undefined {
  return grade === undefined ? undefined : styles[grade];
}
