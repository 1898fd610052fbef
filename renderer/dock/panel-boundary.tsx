/** Keeps a panel that breaks from taking the window with it. */
import { Component, type ReactNode } from 'react';
import { logOnly } from '../store/session.ts';
import { ErrorState } from '../ui/error-state.tsx';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
}

export class PanelBoundary extends Component<Props, { readonly thrown: unknown }> {
  override state: { readonly thrown: unknown } = { thrown: undefined };

  static getDerivedStateFromError(thrown: unknown): { readonly thrown: unknown } {
    return { thrown };
  }

  /** The log has it too, with what was done. */
  override componentDidCatch(thrown: unknown): void {
    const what = `The panel “${this.props.title}” broke. It was taken out; the session and the other panels run on.`;
    const raw = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    logOnly({ severity: 'error', code: 'panel-broke', what, raw });
  }

  override render(): ReactNode {
    const { thrown } = this.state;
    if (thrown === undefined) return this.props.children;
    return (
      <ErrorState
        what={`The panel “${this.props.title}” broke. That is our mistake.`}
        still="The session runs on, and every other panel works."
        raw={thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}
        action={{ label: 'Show it again', run: () => this.setState({ thrown: undefined }) }}
      />
    );
  }
}
