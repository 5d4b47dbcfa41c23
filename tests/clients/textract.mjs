// One step of the JavaScript SDK v3: `node textract.mjs picture|stored|pdf|long|expense|identity|labels|error FILE_OR_KEY`. Prints the answer, or the error, as JSON.

import { readFileSync } from "node:fs";
import { DetectLabelsCommand, RekognitionClient } from "@aws-sdk/client-rekognition";
import {
  AnalyzeDocumentCommand,
  AnalyzeExpenseCommand,
  AnalyzeIDCommand,
  DetectDocumentTextCommand,
  GetDocumentTextDetectionCommand,
  StartDocumentTextDetectionCommand,
  TextractClient,
  TextractServiceException,
} from "@aws-sdk/client-textract";

const [step, file] = process.argv.slice(2);
const client = new TextractClient({ maxAttempts: 1 });

// A stored document of many pages: a job, and its answer a part at a time.
async function long() {
  const place = { S3Object: { Bucket: "images", Name: file } };
  const { JobId } = await client.send(new StartDocumentTextDetectionCommand({ DocumentLocation: place }));
  const found = [];
  let NextToken;
  for (;;) {
    const part = await client.send(new GetDocumentTextDetectionCommand({ JobId, NextToken, MaxResults: 100 }));
    if (part.JobStatus === "IN_PROGRESS") {
      await new Promise((later) => setTimeout(later, 500));
      continue;
    }
    if (part.JobStatus !== "SUCCEEDED") throw new Error(part.StatusMessage);
    found.push(...part.Blocks);
    NextToken = part.NextToken;
    if (!NextToken) return { Blocks: found, $metadata: part.$metadata };
  }
}

async function answer() {
  if (step === "long") return long();
  if (step === "expense") return client.send(new AnalyzeExpenseCommand({ Document: { Bytes: readFileSync(file) } }));
  if (step === "identity") {
    const place = { S3Object: { Bucket: "images", Name: file } };
    return client.send(new AnalyzeIDCommand({ DocumentPages: [place] }));
  }
  if (step === "labels") {
    const rekognition = new RekognitionClient({ maxAttempts: 1 });
    return rekognition.send(new DetectLabelsCommand({ Image: { Bytes: readFileSync(file) }, MaxLabels: 5 }));
  }
  const stored = { Document: { S3Object: { Bucket: "images", Name: file } } };
  if (step === "stored") return client.send(new DetectDocumentTextCommand(stored));
  const FeatureTypes = ["TABLES", "FORMS", "SIGNATURES", "LAYOUT"];
  return client.send(new AnalyzeDocumentCommand({ Document: { Bytes: readFileSync(file) }, FeatureTypes }));
}

try {
  const { $metadata, ...told } = await answer();
  console.log(JSON.stringify({ ...told, status: $metadata.httpStatusCode }));
} catch (error) {
  if (!(error instanceof TextractServiceException)) throw error;
  const { name, message, $fault, $metadata } = error;
  // An error that the SDK knows is of a class of its own.
  const modelled = error.constructor.name === name;
  const { httpStatusCode: status, requestId } = $metadata;
  console.log(JSON.stringify({ error: { name, message, fault: $fault, modelled, status, requestId } }));
}
