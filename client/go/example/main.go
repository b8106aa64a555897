// Cancels the order confirmations that are under way to ann.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	suprsendgateway "suprsend-gateway.internal/client/go"
)

func main() {
	gateway, err := suprsendgateway.Connect("127.0.0.1:50051")
	if err != nil {
		log.Fatal(err)
	}
	reply, err := gateway.CancelWorkflow(context.Background(), suprsendgateway.CancelRequest{
		Recipients:   suprsendgateway.Recipients("ann"),
		WorkflowSlug: new("order-confirmation"),
	})
	if failure, ok := errors.AsType[*suprsendgateway.Error](err); ok {
		switch {
		case failure.SafeToRetry():
			if failure.RetryDelay != nil {
				log.Print("try again after ", *failure.RetryDelay)
			}
			log.Fatal("nothing was cancelled, and it may work later: ", failure)
		case failure.Outcome == suprsendgateway.OutcomeUnknown:
			log.Fatal("runs may have been cancelled; look at SuprSend's dashboard before you repeat it: ", failure)
		default:
			log.Fatal("it will not get better by itself: ", failure, failure.Violations)
		}
	}
	fmt.Printf("cancelled %d: %v\n", reply.CancelledCount, reply.ExecutionIDs)
}
