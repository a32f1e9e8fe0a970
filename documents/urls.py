from django.urls import path

from documents.views import annotations, changes, files, offline, papers, readership, reading, search, times

urlpatterns = [
    path("", papers.paper_list, name="paper-list"),
    path("search/", search.paper_search, name="paper-search"),
    path("upload/", papers.paper_upload, name="paper-upload"),
    path("<int:pk>/", papers.paper_detail, name="paper-detail"),
    path("<int:pk>/read/", reading.paper_read, name="paper-read"),
    path("<int:pk>/changes/", changes.paper_changes, name="paper-changes"),
    path("<int:pk>/readership/", readership.paper_readership, name="paper-readership"),
    path("<int:pk>/view-as/", readership.paper_view_as, name="paper-view-as"),
    path("<int:pk>/offline/", offline.paper_offline, name="paper-offline"),
    path("<int:pk>/annotations/", annotations.paper_annotations, name="paper-annotations"),
    path("<int:pk>/rename/", papers.paper_rename, name="paper-rename"),
    path("<int:pk>/versions/", papers.paper_add_version, name="paper-add-version"),
    path("<int:pk>/publish/", papers.paper_publish, name="paper-publish"),
    path("<int:pk>/times/", times.paper_times, name="paper-times"),
    path("<int:pk>/withdraw/", papers.paper_withdraw, name="paper-withdraw"),
    path("<int:pk>/delete/", papers.paper_delete, name="paper-delete"),
    path("versions/<int:version>/conversion/", papers.paper_conversion, name="paper-conversion"),
    path("versions/<int:version>/recognition/", papers.paper_recognition, name="paper-recognition"),
    path("versions/<int:version>/retry/", papers.paper_retry, name="paper-retry"),
    path("versions/<int:version>/reading/", reading.paper_reading, name="paper-reading"),
    path("versions/<int:version>/file/", files.paper_file, name="paper-file"),
    path("versions/<int:version>/download/", files.paper_download, name="paper-download"),
    path("versions/<int:version>/annotated/", files.paper_download_annotated, name="paper-download-annotated"),
    path("versions/<int:version>/offline/", files.paper_offline_copy, name="paper-offline-copy"),
    path("versions/<int:version>/original/", files.paper_original, name="paper-original"),
    path("versions/<int:version>/annotations/<uuid:key>/", annotations.paper_annotation, name="paper-annotation"),
    path(
        "versions/<int:version>/annotations/<uuid:key>/delete/",
        annotations.paper_annotation_delete,
        name="paper-annotation-delete",
    ),
    path("versions/<int:version>/pages/<int:page>/image/", files.paper_page_image, name="paper-page-image"),
    path("versions/<int:version>/pages/<int:page>/text/", files.paper_page_text, name="paper-page-text"),
]
