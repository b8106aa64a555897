package com.suprsend.gateway.client;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;

/**
 * Credentials from three PEM files: the authorities, a certificate with its chain, and its key. A daemon
 * thread reads them each second until this is closed, by path, so that links may be changed too. What has
 * changed is taken as a whole or not at all: while a file cannot be used, or certificate and key do not
 * fit, the last good ones stay in use, and a warning says why, once for each new reason.
 *
 * <p>gRPC's own watch of files takes nothing shorter than a minute, takes an empty CA file and a pair that
 * does not fit, and ends without a word at a key that is not base64.
 */
final class TlsFiles {
  private static final long SECONDS_BETWEEN_LOOKS = 1; // A look reads three small files.
  private static final Logger LOGGER = Logger.getLogger(WorkflowClient.class.getName());

  private final Path caFile;
  private final Path certificateFile;
  private final Path keyFile;
  private final AdvancedTlsX509TrustManager trust;
  private final AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
  private final ChannelCredentials credentials;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
    Thread thread = new Thread(task, "suprsend-gateway-tls-files");
    thread.setDaemon(true);
    return thread;
  });

  // Of the constructor, and then of the executor's thread.
  private byte[][] inUse = {};
  private String problem = "";

  /** Reads the files. An IllegalArgumentException names the one, or the pair, that cannot be used. */
  TlsFiles(Path caFile, Path certificateFile, Path keyFile) {
    this.caFile = Objects.requireNonNull(caFile, "caFile");
    this.certificateFile = Objects.requireNonNull(certificateFile, "certificateFile");
    this.keyFile = Objects.requireNonNull(keyFile, "keyFile");
    try {
      trust = AdvancedTlsX509TrustManager.newBuilder().build();
      credentials = TlsChannelCredentials.newBuilder().trustManager(trust).keyManager(identity).build();
    } catch (CertificateException e) {
      throw new IllegalStateException("this Java has no TLS for gRPC", e);
    }
    read();
    executor.scheduleWithFixedDelay(
        this::readAgain, SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
  }

  /** They follow the files; connections that stand go on. */
  ChannelCredentials credentials() {
    return credentials;
  }

  /** The credentials stay as they are then. */
  void close() {
    executor.shutdown(); // Not shutdownNow: a look that is interrupted would log that.
  }

  private void readAgain() {
    try {
      read();
      if (!problem.isEmpty()) LOGGER.info("the TLS files can be used again");
      problem = "";
    } catch (IllegalArgumentException e) {
      if (problem.equals(e.getMessage())) return;
      problem = e.getMessage();
      LOGGER.warning("the last good TLS files stay in use: " + problem);
    }
  }

  private void read() {
    String reading = "caFile " + caFile;
    try {
      byte[] ca = Files.readAllBytes(caFile);
      reading = "certificateFile " + certificateFile;
      byte[] certificate = Files.readAllBytes(certificateFile);
      reading = "keyFile " + keyFile;
      byte[] pkcs8 = Files.readAllBytes(keyFile);
      byte[][] read = {ca, certificate, pkcs8};
      if (Arrays.deepEquals(read, inUse)) return;

      PrivateKey key = CertificateUtils.getPrivateKey(new ByteArrayInputStream(pkcs8));
      reading = "certificateFile " + certificateFile;
      X509Certificate[] chain = certificates(certificate);
      reading += " with keyFile " + keyFile;
      if (!fit(key, chain[0].getPublicKey())) throw new InvalidKeyException("they do not fit");
      reading = "caFile " + caFile;
      trust.updateTrustCredentials(certificates(ca));
      // Nothing fails from here on, so it is all or nothing.
      identity.updateIdentityCredentials(chain, key);
      inUse = read;
    } catch (Exception e) { // Also the unchecked ones of gRPC's and the JDK's parsers.
      throw new IllegalArgumentException(reading + " cannot be used: " + e, e);
    }
  }

  private static X509Certificate[] certificates(byte[] pem) throws CertificateException {
    X509Certificate[] certificates = CertificateUtils.getX509Certificates(new ByteArrayInputStream(pem));
    if (certificates.length == 0) throw new CertificateException("it holds no certificate");
    return certificates;
  }

  private static boolean fit(PrivateKey key, PublicKey ofCertificate) throws GeneralSecurityException {
    // CertificateUtils knows keys of two kinds, RSA and EC.
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    Signature trial = Signature.getInstance(algorithm);
    trial.initSign(key);
    byte[] signature = trial.sign();
    try {
      trial.initVerify(ofCertificate);
      return trial.verify(signature);
    } catch (InvalidKeyException | SignatureException e) {
      return false; // One of another kind, or length.
    }
  }
}
