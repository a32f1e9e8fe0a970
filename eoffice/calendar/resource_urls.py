"""Addresses of rooms, cars, equipment and their bookings."""

from django.urls import path

from eoffice.calendar.views import bookings, lending, repeats, resources

urlpatterns = [
    path("", resources.resource_list, name="resource-list"),
    path("day/", resources.resource_day, name="resource-day"),
    path("clashes/", resources.resource_clashes, name="resource-clashes"),
    path("pick/", resources.pick_rooms, name="pick-rooms"),
    path("pick/cars/", resources.pick_cars, name="pick-cars"),
    path("new/", lending.resource_new, name="resource-new"),
    path("<int:pk>/", resources.resource_detail, name="resource-detail"),
    path("<int:pk>/photo/", resources.resource_photo, name="resource-photo"),
    path("<int:pk>/edit/", lending.resource_edit, name="resource-edit"),
    path("<int:pk>/book/", bookings.resource_book, name="resource-book"),
    path("<int:pk>/repeat/", repeats.resource_repeat, name="resource-repeat"),
    path("<int:pk>/blockings/", lending.blocking_add, name="blocking-add"),
    path("blockings/<int:pk>/lift/", lending.blocking_lift, name="blocking-lift"),
    path("bookings/", bookings.booking_list, name="booking-list"),
    path("bookings/inbox/", bookings.booking_inbox, name="booking-inbox"),
    path("bookings/<int:pk>/", bookings.booking_detail, name="booking-detail"),
    path("bookings/<int:pk>/history/", bookings.booking_history, name="booking-history"),
    path("bookings/<int:pk>/change/", bookings.booking_change, name="booking-change"),
    path("bookings/<int:pk>/cancel/", bookings.booking_cancel, name="booking-cancel"),
    path("bookings/<int:pk>/cancel-following/", repeats.booking_cancel_following, name="booking-cancel-following"),
    path("bookings/<int:pk>/confirm/", repeats.booking_confirm, name="booking-confirm"),
    path("bookings/<int:pk>/answer/", bookings.booking_answer, name="booking-answer"),
    path("bookings/<int:pk>/check-in/", bookings.booking_check_in, name="booking-check-in"),
    path("bookings/<int:pk>/give-back/", bookings.booking_give_back, name="booking-give-back"),
]
