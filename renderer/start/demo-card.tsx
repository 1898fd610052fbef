/** Demo scenarios: a driver inside Ringside that plays, with what is planted in each named. */
import { Play } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { Hello } from '../../src-core/contract.ts';
import { ask } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import styles from './start.module.css';

export function DemoCard({ hello }: { readonly hello: Hello }) {
  const { scenarios, sinks } = hello;
  const [chosen, setChosen] = useState(scenarios[0]?.name ?? '');
  const [sink, setSink] = useState(sinks[0]?.spec);
  const start = (scenario: string) =>
    void ask('startDemo', { scenario, ...(sink === undefined ? {} : { sink }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start(chosen);
  };
  return (
    <form className={styles.card} onSubmit={submit} aria-label="Run a demo">
      <h2 className={styles.title}>Run a demo</h2>
      <p className={styles.second}>
        No guest needed: a driver inside Ringside plays on real rings. Choose what happens.
      </p>
      <div className={styles.scenarios} role="radiogroup" aria-label="Scenario">
        {scenarios.map(({ name, title, description, planted }, at) => (
          <label
            key={name}
            className={`${styles.scenario} ${name === chosen ? styles.chosen : ''}`}
            onDoubleClick={() => start(name)}
          >
            <input
              type="radio"
              name="scenario"
              value={name}
              checked={name === chosen}
              // biome-ignore lint/a11y/noAutofocus: Enter on the fresh start page starts the first demo
              autoFocus={at === 0}
              onChange={() => setChosen(name)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') submit(event);
              }}
            />
            <span className={styles.scenarioText}>
              <span className={styles.scenarioTitle}>{title}</span>
              <span className={styles.second}>{description}</span>
              {planted === undefined ? null : (
                <span className={styles.planted}>{`▲ planted: ${planted}`}</span>
              )}
            </span>
          </label>
        ))}
      </div>
      <div className={styles.actions}>
        <label className={styles.inline}>
          Sound goes to
          <select value={sink} onChange={({ target }) => setSink(target.value)}>
            {sinks.map(({ spec, label }) => (
              <option key={spec} value={spec}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <Button tone="primary" type="submit" icon={<Play />} disabled={chosen === ''}>
          Run
        </Button>
      </div>
    </form>
  );
}
