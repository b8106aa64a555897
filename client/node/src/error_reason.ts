import * as proto from "./generated/suprsend/gateway/v1/error_reason_pb";

type Names = { readonly [Name in Extract<keyof typeof proto.ErrorReason, string>]: Name };
const names = proto.ErrorReasonSchema.values.map(({ name }) => [name, name]);

/**
 * The reasons of the proto enum ErrorReason, each as its name, to compare CancelWorkflowError.reason with. A
 * newer gateway can have more.
 */
export const ErrorReason = Object.fromEntries(names) as Names;
