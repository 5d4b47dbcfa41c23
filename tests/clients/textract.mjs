// One step of the JavaScript SDK v3: `node textract.mjs picture|stored|pdf|error FILE_OR_KEY`. Prints the answer, or the error, as JSON.

import { readFileSync } from "node:fs";
import {
  AnalyzeDocumentCommand,
  DetectDocumentTextCommand,
  TextractClient,
  TextractServiceException,
} from "@aws-sdk/client-textract";

const [step, place] = process.argv.slice(2);
const client = new TextractClient({ maxAttempts: 1 });
const command =
  step === "stored"
    ? new DetectDocumentTextCommand({ Document: { S3Object: { Bucket: "images", Name: place } } })
    : new AnalyzeDocumentCommand({
        Document: { Bytes: readFileSync(place) },
        FeatureTypes: ["TABLES", "FORMS", "SIGNATURES", "LAYOUT"],
      });

try {
  const { Blocks, $metadata } = await client.send(command);
  console.log(JSON.stringify({ Blocks, status: $metadata.httpStatusCode }));
} catch (error) {
  if (!(error instanceof TextractServiceException)) throw error;
  const { name, message, $fault, $metadata } = error;
  // An error that the SDK knows is of a class of its own.
  const modelled = error.constructor.name === name;
  const { httpStatusCode: status, requestId } = $metadata;
  console.log(JSON.stringify({ error: { name, message, fault: $fault, modelled, status, requestId } }));
}
