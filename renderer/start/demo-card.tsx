/** Demo scenarios: a driver inside Ringside that plays, with what is planted in each named. */
import { Play } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { Hello, ScenarioInfo } from '../../src-core/contract.ts';
import { ask } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import styles from './start.module.css';

export function DemoCard({ hello }: { readonly hello: Hello }) {
  const { scenarios, sinks } = hello;
  const [chosen, setChosen] = useState(scenarios[0]?.name ?? '');
  const [sink, setSink] = useState(sinks[0]?.spec);
  const about = scenarios.find(({ name }) => name === chosen);
  const start = (scenario: string) =>
    void ask('startDemo', { scenario, ...(sink === undefined ? {} : { sink }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start(chosen);
  };
  return (
    <form className={styles.card} onSubmit={submit} aria-label="Run a demo">
      <h2 className={styles.title}>Run a demo</h2>
      <p className={styles.second}>No guest needed: a driver inside plays on real rings.</p>
      <div className={styles.scenarios} role="radiogroup" aria-label="Scenario">
        {groupsOf(scenarios).map(({ heading, members }) => (
          <fieldset key={heading} className={styles.scenarioGroup}>
            <legend className={styles.groupHeading}>{heading}</legend>
            {members.map(({ name, title }) => (
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
                  autoFocus={name === scenarios[0]?.name}
                  onChange={() => setChosen(name)}
                  onKeyDown={(event) => {
                    if (event.key === 'Enter') submit(event);
                  }}
                />
                {title}
              </label>
            ))}
          </fieldset>
        ))}
      </div>
      <p className={styles.about} aria-live="polite">
        {about?.description}
        {about?.planted === undefined ? null : (
          <span className={styles.planted}>{`▲ planted: ${about.planted}`}</span>
        )}
      </p>
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

const HEADINGS = {
  none: 'Healthy',
  guest: 'Fault in the guest',
  device: 'Fault in the device, or anywhere',
  sound: 'Fault in the host’s sound',
} as const;

/** By where the fault is, so that one finds what one has at home. */
function groupsOf(scenarios: readonly ScenarioInfo[]) {
  return Object.entries(HEADINGS)
    .map(([place, heading]) => ({
      heading,
      members: scenarios.filter(({ culprit = 'none' }) => culprit === place),
    }))
    .filter(({ members }) => members.length > 0);
}
