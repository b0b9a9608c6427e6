/** Why an uploaded file is refused; a sentence for its uploader without the file's name. */
export class RefusedFileError extends Error {}
