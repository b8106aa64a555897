package com.suprsend.gateway.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;

/**
 * Sends the current OpenTelemetry context as W3C Trace Context, unless an interceptor before this
 * one did so. Without a valid span it sends nothing.
 */
final class Traceparent implements ClientInterceptor {
  private static final Metadata.Key<String> TRACEPARENT = key("traceparent");

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    Context context = Context.current();
    return new SimpleForwardingClientCall<Q, R>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        if (!headers.containsKey(TRACEPARENT)) {
          W3CTraceContextPropagator.getInstance()
              .inject(context, headers, (carrier, name, value) -> carrier.put(key(name), value));
        }
        super.start(listener, headers);
      }
    };
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
