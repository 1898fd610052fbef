/** Copies a text and says so for a moment. */
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './button.tsx';

export interface CopyButtonProps {
  readonly text: string | (() => string);
  /** What is copied: `Copy the arguments`. */
  readonly label: string;
  /** With words instead of the icon alone. */
  readonly words?: string;
}

const SAID_MS = 1600;

export function CopyButton({ text, label, words }: CopyButtonProps) {
  const [said, setSaid] = useState<'no' | 'copied' | 'refused'>('no');
  useEffect(() => {
    if (said === 'no') return;
    const timer = setTimeout(() => setSaid('no'), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => {
    void copyText(typeof text === 'string' ? text : text()).then((done) =>
      setSaid(done ? 'copied' : 'refused'),
    );
  };
  const icon = said === 'copied' ? <Check /> : <Copy />;
  if (words === undefined) return <IconButton label={label} icon={icon} onClick={copy} />;
  const shown = said === 'copied' ? 'Copied' : said === 'refused' ? 'Not allowed here' : words;
  return (
    <Button icon={icon} aria-label={label} onClick={copy}>
      {shown}
    </Button>
  );
}

/** False when the browser does not allow it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or no secure context: the button says so
  }
}
