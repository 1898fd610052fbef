/** The list of known findings as a file: the one that `ringside check --baseline` reads. */
import { FolderOpen, Save } from 'lucide-react';
import { useRef } from 'react';
import { ask, notify } from '../../store/session.ts';
import { IconButton } from '../../ui/button.tsx';
import { formatPlural } from '../../ui/format.ts';
import { saveText } from '../../ui/save-text.ts';

const FILE_NAME = 'ringside-baseline.json';

export function KnownButtons({ count }: { readonly count: number }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={field}
        type="file"
        hidden
        accept=".json,application/json"
        aria-label="File of known findings"
        onChange={({ target }) => {
          void loadKnown(target.files?.[0]);
          target.value = '';
        }}
      />
      <IconButton
        label="Load known findings from a baseline file"
        icon={<FolderOpen />}
        onClick={() => field.current?.click()}
      />
      <IconButton
        label={
          count === 0
            ? 'Nothing to save: acknowledge or mute a rule first'
            : `Save ${formatPlural(count, 'known rule')} for ringside check --baseline`
        }
        icon={<Save />}
        disabled={count === 0}
        onClick={() => void saveKnown()}
      />
    </>
  );
}

async function loadKnown(file: File | undefined): Promise<void> {
  if (file === undefined) return;
  const loaded = await ask('setKnownFindings', { text: await file.text() });
  if (loaded === undefined) return;
  const what = `${file.name}: ${formatPlural(loaded.count, 'known finding')}.`;
  notify({ severity: 'info', code: 'known-loaded', what });
}

async function saveKnown(): Promise<void> {
  const known = await ask('knownFindingsText', {});
  if (known !== undefined) saveText(FILE_NAME, known.text);
}
