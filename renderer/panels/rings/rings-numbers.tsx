/** The numbers of a ring in one row, each under its name: what they mean is their tooltip. */

import { gradeClass } from './rings-fact-list.tsx';
import type { RingFactGroup } from './rings-model.ts';
import parts from './rings-parts.module.css';

export function NumberStrip({ groups }: { readonly groups: readonly RingFactGroup[] }) {
  return (
    <div className={parts.numbers}>
      {groups.map(({ title, facts }) => (
        <section key={title} aria-label={title}>
          <dl>
            {facts.map((fact) => (
              <div key={fact.label} title={fact.means} className={gradeClass(fact)}>
                <dt>{fact.label}</dt>
                <dd className="mono">
                  {fact.value}
                  {fact.slot === undefined ? null : <span>→{fact.slot}</span>}
                  {fact.note === undefined ? null : <em>{fact.note}</em>}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
