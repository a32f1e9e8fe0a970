"""Official documents in the form of Decree 30/2020/NĐ-CP, Annex I, as DOCX, from typed data (docs/domain/official-documents.md).

``parts`` says what a document consists of, ``required`` what it lacks, ``layout`` writes it. Nothing here knows the database.
"""
