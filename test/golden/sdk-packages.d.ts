// SPDX-License-Identifier: Apache-2.0
//
// The services of the golden cases exist nowhere else: for the type checker their SDK packages are anything.
declare module '@example/client-fleets';
declare module '@example/client-jobs';
declare module '@example/client-profiles';
declare module '@example/client-registry';
declare module '@example/client-widgets';
