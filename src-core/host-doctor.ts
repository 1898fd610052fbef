/** What the start page asks about the machine. */
import type { DoctorRequests } from './contract-doctor.ts';
import type { HostPorts } from './host-ports.ts';
import type { Handlers } from './rpc.ts';

export function doctorHandlers(ports: HostPorts): Pick<Handlers, keyof DoctorRequests> {
  return {
    machineNames: () => ports.machineNames?.() ?? { names: [], folders: [] },
    doctor: () => {
      if (ports.doctor === undefined) return { checks: [] };
      const checks = ports.doctor();
      return checks === undefined ? {} : { checks };
    },
  };
}
