import com.suprsend.gateway.client.CancelReply;
import com.suprsend.gateway.client.CancelRequest;
import com.suprsend.gateway.client.CancelWorkflowException;
import com.suprsend.gateway.client.Outcome;
import com.suprsend.gateway.client.WorkflowClient;
import java.time.Duration;

public class Cancel {
  public static void main(String[] arguments) {
    CancelRequest request = CancelRequest.builder()
        .recipients("ann")
        .workflowSlug("order-confirmation")
        .build();
    try (WorkflowClient client = WorkflowClient.plaintext("127.0.0.1:50051")) {
      CancelReply reply = client.cancelWorkflow(request);
      System.out.println("cancelled " + reply.cancelledCount() + ": " + reply.executionIds());
    } catch (CancelWorkflowException failure) {
      if (failure.safeToRetry()) {
        Duration wait = failure.retryDelay().orElse(Duration.ofSeconds(1));
        System.err.println("nothing was cancelled, try again after " + wait + ": " + failure.getMessage());
      } else if (failure.outcome() == Outcome.UNKNOWN) {
        // The same call again could cancel runs that began since.
        System.err.println("runs may have been cancelled: " + failure.getMessage());
      } else {
        System.err.println("it will not get better by itself: " + failure.getMessage());
      }
      System.exit(1);
    }
  }
}
