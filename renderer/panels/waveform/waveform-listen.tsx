/** How the run is listened to: speed, loop, and each channel's place. Over the waves while it is open. */
import { Gauge, Repeat } from 'lucide-react';
import { create } from 'zustand';
import type { TrackInfo } from '../../../src-core/contract-data.ts';
import { SPEEDS, setLooping, setMix, setSpeed, useListening } from '../../audio/listening.ts';
import { type ChannelMix, OWN_MIX } from '../../audio/stereo.ts';
import { Button } from '../../ui/button.tsx';
import styles from './waveform.module.css';
import { switchMeter, useMeterChoice } from './waveform-meter-choice.ts';
import { channelName } from './waveform-model.ts';
import { useWave } from './waveform-store.ts';

export const useListenBar = create<{ readonly isOpen: boolean }>(() => ({ isOpen: false }));

const ROUTES: readonly { readonly id: ChannelMix['route']; readonly name: string }[] = [
  { id: 'own', name: 'own side' },
  { id: 'left', name: 'left' },
  { id: 'right', name: 'right' },
  { id: 'both', name: 'both' },
];

export function ListenBar({ track }: { readonly track: TrackInfo }) {
  const isOpen = useListenBar((bar) => bar.isOpen);
  const { speed, isLooping, mixes } = useListening();
  const hasMeter = useMeterChoice((choice) => choice.isOn);
  const area = useWave((wave) => wave.area);
  if (!isOpen) return null;
  const { channels } = track.params;
  return (
    <div className={styles.listenBar} role="toolbar" aria-label="Listening">
      <label title="Slower is lower: nothing is stretched. J, K and L shuttle.">
        speed{' '}
        <select value={speed} onChange={(event) => setSpeed(Number(event.target.value))}>
          {SPEEDS.map((one) => (
            <option key={one} value={one}>
              {one} ×
            </option>
          ))}
        </select>
      </label>
      <Button
        tone="quiet"
        icon={<Repeat />}
        pressed={isLooping}
        tip="The chosen stretch again and again: drag across the wave to choose one"
        onClick={() => setLooping(!isLooping, area)}
      >
        Loop
      </Button>
      <Button
        tone="quiet"
        icon={<Gauge />}
        pressed={hasMeter}
        tip="Peak and RMS beside the waves; of what is heard, else of the pointer or the cursor"
        command="waveform.meter"
        onClick={switchMeter}
      >
        Meter
      </Button>
      {Array.from({ length: channels }, (_, channel) => (
        <ChannelStrip
          key={channelName(channel, channels)}
          channel={channel}
          name={channelName(channel, channels)}
          mix={mixes[channel] ?? OWN_MIX}
        />
      ))}
    </div>
  );
}

interface StripProps {
  readonly channel: number;
  readonly name: string;
  readonly mix: ChannelMix;
}

function ChannelStrip({ channel, name, mix }: StripProps) {
  const { isMuted, isSolo, route } = mix;
  return (
    <span className={styles.strip}>
      <span>{name}</span>
      <Button
        tone="quiet"
        pressed={isSolo}
        aria-label={`Only ${name}`}
        tip={`Only ${name}, and others that are solo`}
        onClick={() => setMix(channel, { isSolo: !isSolo })}
      >
        S
      </Button>
      <Button
        tone="quiet"
        pressed={isMuted}
        aria-label={`Mute ${name}`}
        tip={`Mute ${name}`}
        onClick={() => setMix(channel, { isMuted: !isMuted })}
      >
        M
      </Button>
      <select
        aria-label={`Where ${name} is heard`}
        value={route}
        onChange={({ target }) => {
          const chosen = ROUTES.find(({ id }) => id === target.value);
          if (chosen !== undefined) setMix(channel, { route: chosen.id });
        }}
      >
        {ROUTES.map(({ id, name: word }) => (
          <option key={id} value={id}>
            {word}
          </option>
        ))}
      </select>
    </span>
  );
}
