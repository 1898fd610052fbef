/** Of a session that watches a QEMU: where its values come from, how far they can be trusted, what watching costs. */
import { useSession } from '../../store/session.ts';
import styles from './inspector.module.css';
import { Part } from './inspector-part.tsx';
import { watchLines } from './watch-lines.ts';

export function WatchPart() {
  const watch = useSession(({ status }) => status?.watch);
  if (watch === undefined) return null;
  const { source, trust, cost } = watchLines(watch);
  return (
    <>
      <Lines title="Where this comes from" lines={source} />
      <Lines title="How far payloads can be trusted" lines={trust} />
      <Lines title="What watching costs" lines={cost} />
    </>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <Part title={title}>
      <ul className={`${styles.hints} selectable`}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Part>
  );
}
