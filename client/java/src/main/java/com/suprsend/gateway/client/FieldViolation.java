package com.suprsend.gateway.client;

import java.io.Serializable;

/**
 * One broken rule of the request.
 *
 * @param field as the proto names it: {@code execution_id}, {@code recipients[3]}
 * @param description what is wrong, without the value
 */
public record FieldViolation(String field, String description) implements Serializable {}
