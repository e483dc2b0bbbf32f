import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { QueueWorkers } from '../queue/queue-workers.js';
import type { JobKind } from './job-kind.js';
import { HANDLER_MARK, type HandlerMark } from './on-job.decorators.js';
import { Outbox } from './outbox.service.js';
import { processorOf, type Handlers } from './promised-jobs.js';
import { Sweeper } from './sweeper.js';

/** For the worker: finds whatever does jobs (`@OnJob`, `@OnJobs` and what goes with them), and has it done. */
@Injectable()
export class JobExplorer implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly workers: QueueWorkers,
    private readonly outbox: Outbox,
    private readonly sweeper: Sweeper,
  ) {}

  onApplicationBootstrap(): void {
    for (const [kind, handlers] of this.find()) {
      if (handlers.overdue) this.sweep(kind, handlers.overdue);
      if (!handlers.one && !handlers.batch) continue;
      const processor = processorOf(kind, handlers, this.outbox);
      for (let left = kind.workers; left > 0; left -= 1) this.workers.start(processor);
    }
  }

  private sweep({ name }: JobKind<object>, overdue: NonNullable<Handlers['overdue']>): void {
    this.sweeper.register(async (...page) => (await overdue(...page)).map((job) => ({ queue: name, job })));
  }

  private find(): Map<JobKind<object>, Handlers> {
    const found = new Map<JobKind<object>, Handlers>();
    for (const { instance } of this.discovery.getProviders() as { instance: unknown }[]) {
      if (typeof instance !== 'object' || instance === null) continue;
      const prototype = Object.getPrototypeOf(instance) as object | null;
      if (!prototype) continue;
      for (const name of this.scanner.getAllMethodNames(prototype)) this.note(found, instance, name);
    }
    return found;
  }

  private note(found: Map<JobKind<object>, Handlers>, instance: object, name: string): void {
    const method: unknown = Reflect.get(instance, name);
    if (typeof method !== 'function') return;
    const mark = this.reflector.get<HandlerMark | undefined>(HANDLER_MARK, method);
    if (!mark) return;
    const handlers = found.get(mark.kind) ?? {};
    if (handlers[mark.role])
      throw new Error(`Two methods are ${mark.role} for jobs of kind ${mark.kind.name}`);
    found.set(mark.kind, { ...handlers, [mark.role]: method.bind(instance) as unknown });
  }
}
